import { useTranslation } from 'react-i18next';
import { Empty } from '../../components/panel.tsx';

export function NoContainers() {
  const { t } = useTranslation();
  return (
    <section className="card">
      <Empty>{t('project.noContainers')}</Empty>
    </section>
  );
}
