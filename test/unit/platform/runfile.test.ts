import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRunFile, refuseWhenAlive, removeRunFile, runFilePath, writeRunFile, type RunFile } from "../../../platform/runfile";

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "runfile-"));
  directory = join(root, "deep", ".twin");
});
afterEach(() => rmSync(root, { recursive: true }));

const run = (pid: number): RunFile => ({
  pid,
  environment: "local",
  failover: { hostname: "local.payments.test", port: 8080, dns: { address: "127.0.0.1", port: 8053 } },
  control: "http://127.0.0.1:8081",
  regions: {
    "us-east-1": { role: "primary", address: "127.0.0.1", hostname: "us-east-1.local.payments.test", api: "http://127.0.0.1:8080", endpoints: { dynamodb: "http://127.0.0.1:9001" } },
    "us-east-2": { role: "secondary", address: "127.0.0.2", hostname: "us-east-2.local.payments.test", api: "http://127.0.0.2:8080", endpoints: {} },
  },
  outputs: { failoverApiEndpoint: "https://local.payments.test" },
});

/** A process that has ended: its id names nobody. */
const deadPid = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

const coded = (code: string): Error => expect.objectContaining({ name: "PlatformError", code });

test("a command finds the running twin as it was written, and no other user can read it", () => {
  writeRunFile(directory, run(process.pid));
  expect(readRunFile(directory)).toEqual(run(process.pid));
  expect(statSync(runFilePath(directory)).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(["run.json"]);
});

test("without a twin the error names the command that starts one", () => {
  expect(() => readRunFile(directory)).toThrow(coded("RUN_FILE_MISSING"));
  expect(() => readRunFile(directory)).toThrow("npm start");
});

test("a twin that died leaves a stale file: readers hear it, the next start replaces it", () => {
  writeRunFile(directory, run(deadPid()));
  expect(() => readRunFile(directory)).toThrow(coded("RUN_FILE_STALE"));
  writeRunFile(directory, run(process.pid));
  expect(readRunFile(directory).pid).toBe(process.pid);
});

test("a second twin in one directory is refused with the first one's process id, before and while it writes", () => {
  writeRunFile(directory, run(process.ppid));
  expect(() => refuseWhenAlive(directory, process.pid)).toThrow(coded("RUN_ALREADY_ALIVE"));
  expect(() => writeRunFile(directory, run(process.pid))).toThrow(String(process.ppid));
  expect(readRunFile(directory).pid).toBe(process.ppid);
});

test("a twin that stops removes its own file and nobody else's", () => {
  removeRunFile(directory, process.pid);
  writeRunFile(directory, run(process.ppid));
  removeRunFile(directory, process.pid);
  expect(readRunFile(directory).pid).toBe(process.ppid);
  removeRunFile(directory, process.ppid);
  expect(() => readRunFile(directory)).toThrow(coded("RUN_FILE_MISSING"));
});

const without = (key: keyof RunFile): unknown => Object.fromEntries(Object.entries(run(process.pid)).filter(([name]) => name !== key));

test.each<[string, string, string]>([
  ["half a file", '{"pid": 47', "is not JSON"],
  ["an array", "[]", "is not an object"],
  ["no pid", JSON.stringify(without("pid")), "pid is not a number"],
  ["no regions", JSON.stringify(without("regions")), "regions is not an object"],
  ["a region without a role", JSON.stringify({ ...run(1), regions: { r: { address: "127.0.0.1" } } }), "regions.r.role is not a string"],
  ["a port in quotes", JSON.stringify({ ...run(1), failover: { hostname: "h", port: "8080", dns: {} } }), "failover.port is not a number"],
])("a run file that is damaged (%s) is told as such, where, and does not stop the next start", (_, text, where) => {
  writeRunFile(directory, run(process.pid));
  writeFileSync(runFilePath(directory), text);
  expect(() => readRunFile(directory)).toThrow(coded("RUN_FILE_MALFORMED"));
  expect(() => readRunFile(directory)).toThrow(where);
  writeRunFile(directory, run(process.pid));
  expect(readRunFile(directory).pid).toBe(process.pid);
});
