import { instant } from "../../../lambda/shared/clock";

/** S3 tells whole seconds. */
export const dateOf = (epochMs: number): Date => instant(Math.floor(epochMs / 1000) * 1000);
