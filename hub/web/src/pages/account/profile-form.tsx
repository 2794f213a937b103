import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Account, changeAccount, readAccount } from '../../api/account.ts';
import { refusalsOf, type Tagged } from '../../api/http.ts';
import { sessionQuery } from '../../api/session.ts';
import { Conflict } from '../../components/conflict.tsx';
import { Line, Picked } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';
import { chooseLanguage } from '../../i18n/index.ts';
import { useEdited } from '../use-edited.ts';

const draftOf = ({ name, language }: Account) => ({ name, language });

/** Name and language; the language is that of the page as well. */
export function ProfileForm({ edited }: { edited: Tagged<Account> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const form = useEdited({
    edited,
    draftOf,
    save: async (draft, { tag }) => {
      await changeAccount({ name: draft.name.trim(), language: draft.language }, tag);
      await chooseLanguage(draft.language);
    },
    reread: readAccount,
    onSaved: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['account'] }),
        queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ]),
  });
  const { draft, conflicts, theirs } = form;
  return (
    <section className="card" aria-label={t('account.profile')}>
      <div className="card-h">
        <h2>{t('account.profile')}</h2>
      </div>
      <form
        className="card-b stack"
        onSubmit={(event) => {
          event.preventDefault();
          form.save();
        }}
      >
        <Line
          label={t('account.name')}
          isRequired
          max={100}
          autoComplete="name"
          value={draft.name}
          message={refusalsOf(form.error).get('/name')}
          onChange={(name) => form.change({ name })}
        />
        <Picked
          label={t('account.language')}
          value={draft.language}
          options={[
            { value: 'fr', label: 'Français' },
            { value: 'en', label: 'English' },
          ]}
          onChange={(language) => form.change({ language })}
        />
        {conflicts !== null && theirs !== null && (
          <Conflict
            fields={conflicts.map((field) => ({
              ...{ name: field, label: t(`account.${field}`), theirs: theirs[field], mine: draft[field] },
            }))}
            onChosen={form.settle}
          />
        )}
        {form.error !== null && <Failure error={form.error} />}
        <div className="row">
          <button
            type="submit"
            className="btn primary"
            disabled={form.changed.length === 0 || form.isBusy || conflicts !== null || draft.name.trim() === ''}
          >
            {t('common.save')}
          </button>
        </div>
      </form>
    </section>
  );
}
