// The tabs a newcomer finds: one example per area, in the order of the file names. Variables stand beside their
// operation in a .json file of the same name.
const operations = import.meta.glob('./examples/*.graphql', { query: '?raw', import: 'default', eager: true });
const variables = import.meta.glob('./examples/*.json', { query: '?raw', import: 'default', eager: true });

export const exampleTabs = Object.keys(operations)
  .sort()
  .map((path) => ({
    query: operations[path].trimEnd(),
    variables: variables[path.replace('.graphql', '.json')]?.trimEnd() ?? null,
  }));
