import './styles/tokens.css';
import './shell/shell.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import workerUrl from '../worker/worker.ts?worker&url';
import { App } from './App.tsx';
import { createPlayground, listenToEmbedder } from './client/playground.ts';
import { embedding } from './embed/embedding.ts';
import { goToPlace } from './embed/place.ts';
import { tellEmbedder } from './embed/ready.ts';
import { startTexts } from './i18n/index.ts';
import { startSharing } from './share/start.ts';
import { followTheme } from './shell/theme.ts';
import { createTrustedWorker } from './shell/trustedWorker.ts';
import { boot } from './store/boot.ts';
import { Session } from './store/session.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');

followTheme();

// Whoever waits for the page to be loaded finds these; the sentences may still be on their way.
const session = new Session(() => createTrustedWorker(workerUrl, 'engine'));
session.ready = boot(session, window.location.search);
window.playground = createPlayground(session);
listenToEmbedder(window.playground, window.location.search);
void session.ready.then(() => startSharing(session));
void goToPlace(session, window.location.search).then(() => tellEmbedder(window.location.search));

await startTexts();

/** Inside of another page there is another frame around the same parts. */
const Page = embedding.isOn ? (await import('./embed/EmbedApp.tsx')).EmbedApp : App;

createRoot(root).render(
  <StrictMode>
    <Page session={session} />
  </StrictMode>,
);
