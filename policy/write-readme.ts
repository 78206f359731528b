import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readme } from "./readme";

writeFileSync(join(__dirname, "README.md"), readme());
