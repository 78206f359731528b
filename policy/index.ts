import { PolicyPack } from "@pulumi/policy";
import { resourcePolicies, stackPolicies } from "./pack";

new PolicyPack("two-region-policies", { policies: [...resourcePolicies, ...stackPolicies] });
