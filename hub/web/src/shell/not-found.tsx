import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="page">
      <h1>{t('problems.page')}</h1>
      <p>
        <Link to="/" className="link">
          {t('problems.back')}
        </Link>
      </p>
    </main>
  );
}
