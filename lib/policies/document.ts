/** Operator -> condition key -> values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One statement of a policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Condition;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** Statements that are said twice, as by two features of one function, stand once: IAM refuses a Sid that is not unique. */
export const policy = (...statements: readonly Statement[]): PolicyDocument => {
  const texts = statements.map((statement) => JSON.stringify(statement));
  return { Version: "2012-10-17", Statement: statements.filter((_, index) => texts.indexOf(texts[index] ?? "") === index) };
};

/** Lets an AWS service take the role, always or under a condition. */
export const trustService = (service: string, when?: Condition): PolicyDocument =>
  policy({ Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole"], ...(when === undefined ? {} : { Condition: when }) });
