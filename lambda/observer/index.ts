import { lambdaRuntime } from "../shared/runtime";
import { createHandler } from "./handler";

export { createHandler };
export const handler = createHandler(lambdaRuntime());
