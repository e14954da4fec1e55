// PostGraphile over Partsgraph's tables, as it is set up for production: server.mjs DATABASE_URL PORT POOL_SIZE

import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { jsonPgSmartTags } from "postgraphile/utils";

const [databaseUrl, port, poolSize] = process.argv.slice(2);

// PostgreSQL has a geometric type `box`, and an operation both reverses and is reversed by an operation: without other
// names PostGraphile would leave one of each two out.
const names = jsonPgSmartTags({
  version: 1,
  config: {
    class: { boxes: { tags: { name: "containers" } } },
    constraint: { "operations.fk_operations_reverses_id": { tags: { foreignFieldName: "reversal" } } },
  },
});

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [names],
  pgServices: [
    makePgService({
      connectionString: databaseUrl,
      schemas: ["public"],
      pubsub: false,
      poolConfig: { max: Number(poolSize), application_name: "postgraphile" },
    }),
  ],
  // Plain lists beside connections: the leaner of the two ways PostGraphile offers.
  schema: { defaultBehavior: "+list +connection" },
  grafast: { explain: false },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
};

const http = createServer();
http.keepAliveTimeout = 60_000;
const service = postgraphile(preset).createServ(grafserv);
await service.addTo(http);
await service.ready();
http.listen(Number(port), "127.0.0.1");

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => process.exit(0));
}
