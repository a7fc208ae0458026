import { Box, Button, Group, Select, Stack, Title } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentDetails, DocumentVersion } from '@/api';
import { Pending } from '@/app/Pending';
import { ErrorState } from '@/components';
import { useVersion } from '../documentQueries';
import { isTextual, previewKind } from '../preview/previewKind';
import type { Pair } from '../search';
import { CompareFacts } from './CompareFacts';
import { ComparePreviews } from './ComparePreviews';
import { CompareTexts } from './CompareTexts';

const mostOptions = 100;

interface Props {
  document: DocumentDetails;
  pair: Pair;
  onCompare: (first: number, second: number) => void;
  onClose: () => void;
}

/** Two versions beside each other. */
export function Compare({ document, pair: [older, newer], onCompare, onClose }: Props) {
  const { t } = useTranslation('document');
  const heading = useRef<HTMLHeadingElement>(null);
  const left = useVersion(document.id, older);
  const right = useVersion(document.id, newer);
  const error = left.error ?? right.error;
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  return (
    <Stack component="section" gap="md" aria-labelledby="comparison">
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4" id="comparison" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          {t('compare.title')}
        </Title>
        <Group gap="xs" wrap="nowrap" flex="1 1 280px" maw={460}>
          <Choice label={t('compare.older')} chosen={older} other={newer} newest={document.version} onChoose={(number) => onCompare(number, newer)} />
          <IconArrowRight size={18} aria-hidden style={{ flexShrink: 0 }} />
          <Choice label={t('compare.newer')} chosen={newer} other={older} newest={document.version} onChoose={(number) => onCompare(older, number)} />
        </Group>
        <Button variant="default" leftSection={<IconArrowLeft size={18} />} onClick={onClose}>
          {t('compare.close')}
        </Button>
      </Group>
      {error !== null ? (
        <ErrorState error={error} onRetry={left.error === null ? right.retry : left.retry} />
      ) : left.version === undefined || right.version === undefined ? (
        <Pending />
      ) : (
        <Comparison key={`${older},${newer}`} title={document.title} older={left.version} newer={right.version} />
      )}
    </Stack>
  );
}

interface ChoiceProps {
  label: string;
  chosen: number;
  other: number;
  newest: number;
  onChoose: (number: number) => void;
}

function Choice({ label, chosen, other, newest, onChoose }: ChoiceProps) {
  const { t } = useTranslation('document');
  return (
    <Select
      aria-label={label}
      flex={1}
      searchable
      allowDeselect={false}
      limit={mostOptions}
      value={String(chosen)}
      data={Array.from({ length: newest }, (_, place) => newest - place).map((number) => ({
        value: String(number),
        label: t('version.name', { number }),
        disabled: number === other,
      }))}
      onChange={(value) => value !== null && onChoose(Number(value))}
    />
  );
}

function Comparison({ title, older, newer }: { title: string; older: DocumentVersion; newer: DocumentVersion }) {
  const kinds = [older, newer].map(({ mediaType, fileName }) => previewKind(mediaType, fileName));
  if (kinds.every(isTextual)) return <CompareTexts older={older} newer={newer} />;
  const canBeSeen = kinds.every((kind) => kind === 'image' || kind === 'pdf');
  return (
    <Box>
      {canBeSeen && <ComparePreviews title={title} older={older} newer={newer} />}
      <CompareFacts older={older} newer={newer} />
    </Box>
  );
}
