// GraphiQL on the API of the page's own origin; subscriptions go over a WebSocket, with the headers of the tab Headers.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { exampleTabs } from './examples.js';
import './page.css';

const socketUrl = new URL('/graphql', window.location.href);
socketUrl.protocol = socketUrl.protocol.replace('http', 'ws');
const fetcher = createGraphiQLFetcher({ url: '/graphql', subscriptionUrl: socketUrl.href });

createRoot(document.getElementById('explorer')).render(
  <GraphiQL fetcher={fetcher} defaultTabs={exampleTabs} defaultEditorToolsVisibility="variables">
    <GraphiQL.Logo>Partsgraph</GraphiQL.Logo>
  </GraphiQL>,
);
