import { writeFileSync } from "node:fs";
import { failoverDocument } from "../drill/failover/document";
import { SCENARIOS } from "../drill/scenarios/index";

writeFileSync("docs/failover.md", failoverDocument(SCENARIOS));
console.log("docs/failover.md is written");
