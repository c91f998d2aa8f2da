// Every page. All of this is passive: without it the pages still work.
import './styles/main.scss';
import { startBusy } from './page/busy';
import { startDrafts } from './page/draft';
import { startGroups } from './page/groups';
import { startFragments } from './page/fragments';
import { startConditions } from './page/show';
import { startMaps } from './page/map';
import { startSummary } from './page/summary';
import { startToasts, startTools, startWake } from './page/tools';

function start(root: ParentNode): void {
  startGroups(root);
  startDrafts(root);
  startConditions(root);
  startMaps(root);
  startTools(root);
  startToasts(root);
  startWake(root);
}

startBusy();
startSummary();
start(document);
startFragments(start);
