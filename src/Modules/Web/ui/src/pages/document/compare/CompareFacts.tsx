import { Alert, Button, Group, Table, Text } from '@mantine/core';
import { IconDownload, IconEqual } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';
import { useFormat } from '@/format';
import { contentUrl } from '../preview/content';
import classes from './Compare.module.css';

interface Props {
  older: DocumentVersion;
  newer: DocumentVersion;
  /** Why the contents are not compared themselves. */
  why?: string;
}

/** What is known of the two versions, and where they differ. */
export function CompareFacts({ older, newer, why }: Props) {
  const { t } = useTranslation('document');
  const format = useFormat();
  const rows: { name: string; of: (version: DocumentVersion) => string; code?: boolean }[] = [
    { name: t('compare.size'), of: ({ size }) => `${format.bytes(size)} (${format.number(size)})` },
    { name: t('compare.hash'), of: ({ sha256 }) => sha256, code: true },
    { name: t('compare.type'), of: ({ mediaType }) => mediaType },
    { name: t('compare.fileName'), of: ({ fileName }) => fileName },
    { name: t('compare.author'), of: ({ author }) => author.displayName },
    { name: t('compare.time'), of: ({ createdAt }) => format.date(createdAt) },
  ];
  return (
    <>
      {older.sha256 === newer.sha256 ? (
        <Alert variant="default" icon={<IconEqual />} mb="md">
          {t('compare.identical')}
        </Alert>
      ) : (
        <Text mb="md">{why ?? t('compare.notText')}</Text>
      )}
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('compare.title')}>
        <Table layout="fixed" miw={560} className={classes.facts}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" w={110}>
                {t('compare.what')}
              </Table.Th>
              {[older, newer].map(({ number }) => (
                <Table.Th scope="col" key={number}>
                  {t('version.name', { number })}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ name, of, code = false }) => (
              <Table.Tr key={name} data-differs={of(older) !== of(newer) || undefined}>
                <Table.Th scope="row">{name}</Table.Th>
                <Fact code={code}>{of(older)}</Fact>
                <Fact code={code}>{of(newer)}</Fact>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Group mt="md" gap="xs">
        {[older, newer].map(({ documentId, number }) => (
          <Button
            key={number}
            component="a"
            href={contentUrl(documentId, number)}
            download
            variant="default"
            leftSection={<IconDownload size={18} />}
          >
            {t('version.download', { number })}
          </Button>
        ))}
      </Group>
    </>
  );
}

function Fact({ code, children }: { code: boolean; children: ReactNode }) {
  return <Table.Td className={code ? `${classes.fact} ${classes.code}` : classes.fact}>{children}</Table.Td>;
}
