import { esbuildBundler, type Bundler } from "../../lib/bundles";
import { oncePerRun } from "./once-per-run";

/** The functions' code, each bundled once in a run of Jest. */
export const bundledOnce: Bundler = (name) => oncePerRun(["bundle", name], () => esbuildBundler(name));
