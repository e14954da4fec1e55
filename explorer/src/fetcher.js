// Asks the API of the page's own origin; subscriptions go over a WebSocket, with the headers of the tab Headers.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';

const url = new URL('/graphql', window.location.href);
url.protocol = url.protocol.replace('http', 'ws');

// Who is not let in with these headers would not be let in with them a second later: 4401 and 4403 are the last word.
const REFUSED = [4401, 4403];
const shouldRetry = (problem) => 'code' in problem && !REFUSED.includes(problem.code);

// A client connects when it is asked to subscribe, and never with the headers of an earlier run.
export const fetcher = (asked, options) => {
  const wsClient = createClient({ url: url.href, connectionParams: options?.headers, shouldRetry });
  return createGraphiQLFetcher({ url: '/graphql', wsClient })(asked, options);
};
