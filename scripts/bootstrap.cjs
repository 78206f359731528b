"use strict";
/**
 * Runs before `npm start`, `npm test` and the other scripts, with any Node >= 20 and no dependencies: installs what
 * package-lock.json asks for when node_modules is missing or older, and checks that the pinned Node is there.
 */
const { spawnSync } = require("node:child_process");
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { createHash } = require("node:crypto");
const { join } = require("node:path");

const root = join(__dirname, "..");
const stamp = join(root, "node_modules", ".installed-lock-sha256");

const wanted = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
const installed = existsSync(stamp) ? readFileSync(stamp, "utf8").trim() : "";

if (installed !== wanted) {
  console.log("Installing dependencies (npm ci); a minute or two on a fresh clone …");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error("npm ci failed: see above. Check the network and the registry that npm is set to, then run the same command again.");
    process.exit(status ?? 1);
  }
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, `${wanted}\n`);
}

const pinned = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.node;
const binary = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
const probe = existsSync(binary) ? spawnSync(binary, ["--version"], { encoding: "utf8", shell: process.platform === "win32" }) : undefined;
if (!probe || probe.stdout?.trim() !== `v${pinned}`) {
  console.error(
    `The npm package "node" brings Node ${pinned} by its install script, and its binary is not there. ` +
      "If npm is set to ignore-scripts, allow them for this project: npm ci --ignore-scripts=false",
  );
  process.exit(1);
}
