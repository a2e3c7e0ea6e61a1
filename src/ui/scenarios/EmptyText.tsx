import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadScenarios, type Scenario } from '../../scenarios/index.ts';
import { ScenarioButtons } from './Story.tsx';

const OFFERED = 3;

/** What to do with an editor that holds nothing. */
export function EmptyText(): ReactNode {
  const { t } = useTranslation();
  const [offered, setOffered] = useState<readonly Scenario[]>([]);
  useEffect(() => {
    void loadScenarios().then((all) => setOffered(all.slice(0, OFFERED)));
  }, []);
  return (
    <div className="empty-text">
      <p>{t('editor.empty')}</p>
      <ScenarioButtons scenarios={offered} />
    </div>
  );
}
