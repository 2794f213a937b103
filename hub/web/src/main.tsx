import './styles/index.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Live } from './api/live.ts';
import { createQueries } from './api/queries.ts';
import { showTips } from './components/tips.ts';
import { preferredLanguage, startLanguages } from './i18n/index.ts';
import { LiveContext } from './live.ts';
import { createAppRouter } from './router.tsx';
import { keptTheme, setTheme } from './theme.ts';

setTheme(keptTheme());
showTips(document);
await startLanguages(preferredLanguage());
const queries = createQueries();
const router = createAppRouter(queries);
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the program');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LiveContext value={new Live(queries)}>
        <RouterProvider router={router} />
      </LiveContext>
    </QueryClientProvider>
  </StrictMode>,
);
