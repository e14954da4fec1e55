// GraphiQL on the API of the page's own origin.
import { GraphiQL } from 'graphiql';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { exampleTabs } from './examples.js';
import { fetcher } from './fetcher.js';
import './page.css';

createRoot(document.getElementById('explorer')).render(
  <GraphiQL fetcher={fetcher} defaultTabs={exampleTabs} defaultEditorToolsVisibility="variables">
    <GraphiQL.Logo>Partsgraph</GraphiQL.Logo>
  </GraphiQL>,
);
