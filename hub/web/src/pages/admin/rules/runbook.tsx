import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AlertRule, runbookQuery } from '../../../api/alert-rules.ts';
import { typeset } from '../../../components/alert-words.ts';

const LANGUAGES = ['fr', 'en'] as const;
type Language = (typeof LANGUAGES)[number];

/** What the alert tells people to do, in either language. */
export function Runbook({ projectId, rule }: { projectId: string; rule: AlertRule }) {
  const { t, i18n } = useTranslation();
  const own: Language = i18n.resolvedLanguage === 'fr' ? 'fr' : 'en';
  const [language, setLanguage] = useState(own);
  const { data } = useQuery({ ...runbookQuery(projectId, rule.rule_id, language), enabled: language !== own });
  const text = language === own ? rule.runbook : data?.runbook;
  return (
    <section className="stack account-acts" aria-label={t('rules.runbook')}>
      <div className="row">
        <h3>{t('rules.runbook')}</h3>
        <span className="seg end">
          {LANGUAGES.map((each) => (
            <button key={each} type="button" aria-pressed={each === language} onClick={() => setLanguage(each)}>
              {each.toUpperCase()}
            </button>
          ))}
        </span>
      </div>
      <p lang={language}>{text === undefined ? '' : typeset(text)}</p>
    </section>
  );
}
