import '@mantine/core/styles.css';
import './app/global.css';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startTexts } from './i18n/i18n';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

await startTexts();
createRoot(root).render(
  <StrictMode>
    <Suspense>
      <App />
    </Suspense>
  </StrictMode>,
);
