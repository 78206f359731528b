import tseslint from "typescript-eslint";

const hidden = (what, instead) => ({ message: `${what} is hidden time or chance; use ${instead}` });

/** Time and chance are injected wherever code must also run in virtual time. */
const injected = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", ...hidden("Date.now", "clock.now()") },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", ...hidden("new Date()", "clock.now()") },
  { selector: "NewExpression[callee.name='Date']", message: "use isoTime / Date.UTC of the shared clock module" },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", ...hidden("Math.random", "an injected Random") },
  { selector: "CallExpression[callee.name=/^(setTimeout|setInterval)$/]", ...hidden("a timer", "clock.sleep() or kernel.after()") },
  { selector: "MemberExpression[property.name=/^(setTimeout|setInterval)$/]", ...hidden("a timer", "clock.sleep() or kernel.after()") },
  { selector: "Identifier[name='randomUUID']", ...hidden("randomUUID", "an injected Random") },
];
const environment = [
  { selector: "MemberExpression[object.name='process'][property.name='env']", message: "the environment is read in config and entry files only" },
];

export default tseslint.config(
  { ignores: ["node_modules/", ".twin/"] },
  ...tseslint.configs.recommended,
  ...tseslint.configs.stylistic,
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 250 }],
      eqeqeq: "error",
      "no-restricted-syntax": ["error", ...environment],
    },
  },
  { files: ["lambda/**/*.ts", "client/**/*.ts", "twin/**/*.ts", "drill/**/*.ts"], rules: { "no-restricted-syntax": ["error", ...injected, ...environment] } },
  {
    // The clock itself, and the entry points that read the machine's environment.
    files: ["lambda/shared/clock.ts", "lambda/shared/runtime.ts", "twin/kernel/real.ts", "lib/config.ts", "bin/**", "cli/**"],
    rules: { "no-restricted-syntax": "off" },
  },
  { files: ["test/**/*.ts"], rules: { "no-restricted-syntax": "off", "max-lines": ["error", { max: 400 }] } },
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" }, languageOptions: { sourceType: "commonjs" } },
);
