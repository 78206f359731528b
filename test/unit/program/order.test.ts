import { deploy, MINIMAL, type Deployed } from "./helper";

const HOST = "dev.payments.example.com";
const CHECK = "aws:route53/healthCheck:HealthCheck";
const RECORD = "aws:route53/record:Record";

let stack: Deployed;
beforeAll(async () => {
  stack = await deploy(MINIMAL);
});

const urnOf = (type: string, name: string): string => stack.all(type).find((one) => one.name === name)?.urn ?? `no ${type} ${name}`;

test.each([
  ["payments-health-us-east-1-dev", "us-east-1"],
  ["payments-health-us-east-2-dev", "us-east-2"],
  ["payments-switch-us-east-2-dev", "us-east-2"],
])("%s is made when its host answers: made sooner, a first deployment could end evacuated", (check, region) => {
  const { dependsOn } = stack.one(CHECK, check);
  const api = `payments-api-${region}-dev`;
  expect(dependsOn).toEqual(
    expect.arrayContaining([
      urnOf(RECORD, `${region}.${HOST}`),
      urnOf("aws:apigateway/basePathMapping:BasePathMapping", `${api}-own`),
      ...stack.all("aws:lambda/permission:Permission").filter(({ name }) => name.endsWith(`-${region}-dev`)).map(({ urn }) => urn),
    ]),
  );
});

test("the failover name never leads to the secondary alone", () => {
  expect(stack.one(RECORD, `${HOST}-secondary`).dependsOn).toContain(urnOf(RECORD, `${HOST}-primary`));
});
