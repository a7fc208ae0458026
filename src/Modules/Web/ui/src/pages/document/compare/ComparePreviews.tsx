import { SimpleGrid, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';
import { Preview } from '../preview/Preview';

interface Props {
  title: string;
  older: DocumentVersion;
  newer: DocumentVersion;
}

/** Pictures or pages beside each other, or below each other where there is no room. */
export function ComparePreviews({ title, older, newer }: Props) {
  const { t } = useTranslation('document');
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} mb="xl">
      {[older, newer].map((version) => (
        <section key={version.number} style={{ minWidth: 0 }}>
          <Title order={3} size="h5" mb="xs">
            {t('version.name', { number: version.number })}
          </Title>
          <Preview version={version} title={title} />
        </section>
      ))}
    </SimpleGrid>
  );
}
