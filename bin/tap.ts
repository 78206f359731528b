import { program } from "../lib/program";

export = () => program();
