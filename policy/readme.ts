import { RESOURCE_RULES, REST, STACK_RULES } from "./rules";

/** Line breaks of Markdown's table rows. */
const rows = (lines: readonly (readonly string[])[]): string => lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** The pack's README: its rules come from the data that the engine gets. */
export const readme = (): string => `# Policies for stacks that fail over between two AWS regions

What deploys and then does not work, found before the deployment. The rules hold for any such stack, not for this one alone: names, tags and sizes are nobody's business here.

\`\`\`sh
pulumi preview --policy-pack policy                # this project, on AWS
npm run preview:twin -- --policy-pack policy       # the same without an account
pulumi preview --policy-pack ../this-repo/policy   # another project; any language, since policies see resources only
\`\`\`

The rules themselves are pure functions in \`rules/\`, which the twin's resource models call too: a stack that the twin takes is one that this pack takes. \`rules.ts\` here has a line
for each policy, \`checks.ts\` says which function takes which resource's inputs, \`known.ts\` leaves out what a preview does not know yet: a policy says nothing about unknown values, and
\`pulumi up\` asks again.

Mandatory: AWS would refuse it half-way, or it can never work. Advisory: it works until one day. A project that sees it otherwise says so in a policy configuration file:
\`pulumi preview --policy-pack policy --policy-pack-config config.json\` with \`{"logs-have-retention": "disabled"}\`.

## One resource at a time

${rows([["policy", "level", "resource types", "without it"], ["---", "---", "---", "---"], ...RESOURCE_RULES.map(({ name, level, check, why }) => [`\`${name}\``, level, shortTypes(check.types), why]), [`\`${REST.name}\``, REST.level, "all of these and more", REST.why]])}

## All resources together

${rows([["policy", "level", "without it"], ["---", "---", "---"], ...STACK_RULES.map(({ name, level, why }) => [`\`${name}\``, level, why])])}

\`npm run policy:readme\` writes this file.
`;

const shortTypes = (types: readonly string[]): string => types.map((type) => type.split(":").slice(-1)[0] ?? type).join(", ");
