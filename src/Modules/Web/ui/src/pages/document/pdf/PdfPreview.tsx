import { Box, Button, Group, NumberInput, PasswordInput, Text } from '@mantine/core';
import { IconArrowsMaximize, IconChevronLeft, IconChevronRight, IconMinus, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '@/api';
import { Pending } from '@/app/Pending';
import { contentUrl } from '../preview/content';
import { NoPreview } from '../preview/NoPreview';
import type { PreviewProps } from '../preview/previewProps';
import classes from '../preview/Preview.module.css';
import { PreviewFrame } from '../preview/PreviewFrame';
import { Tool } from '../preview/Tool';
import { PdfPage } from './PdfPage';
import { type PageSize, usePdf } from './usePdf';
import { useWidth } from './useWidth';

const steps = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const margin = 32;
const widestFit = 1100;

/** A PDF, drawn by pdf.js. */
export function PdfPreview({ version, title }: PreviewProps) {
  const { t } = useTranslation('document');
  const client = useQueryClient();
  const state = usePdf(contentUrl(version.documentId, version.number));
  const hasFailed = state.kind === 'failed';
  useEffect(() => {
    // pdf.js fetches by itself. If it failed because the session ended, the next call of the portal's own client says so.
    if (hasFailed) void client.invalidateQueries({ queryKey: keys.details(version.documentId) });
  }, [hasFailed, client, version.documentId]);

  switch (state.kind) {
    case 'failed':
      return <NoPreview version={version} why={t('preview.broken')} />;
    case 'locked':
      return <Password isWrong={state.isWrong} onOpen={state.open} />;
    case 'open':
      return <Pages document={state.document} first={state.first} title={title} />;
    case 'loading':
      return (
        <PreviewFrame>
          <Pending />
        </PreviewFrame>
      );
  }
}

/** The pages below each other, drawn only where somebody looks. */
function Pages({ document, first, title }: { document: PDFDocumentProxy; first: PageSize; title: string }) {
  const { t } = useTranslation('document');
  const [zoom, setZoom] = useState<number>();
  const [page, setPage] = useState(1);
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  const room = Math.min(width - margin, widestFit);
  const scale = zoom ?? (room <= 0 ? 1 : room / first.width);
  const pages = useMemo(() => Array.from({ length: document.numPages }, (_, i) => i + 1), [document]);

  const pageElement = (number: number) => area.current?.querySelector<HTMLElement>(`[data-page="${number}"]`);
  const goTo = (number: number) => {
    const target = Math.min(Math.max(number, 1), pages.length);
    const element = pageElement(target);
    if (area.current !== null && element) area.current.scrollTop = element.offsetTop - margin / 2;
    setPage(target);
  };
  const noticeScroll = () => {
    const box = area.current;
    if (box === null) return;
    const middle = box.scrollTop + box.clientHeight / 3;
    let [low, high] = [1, pages.length];
    while (low < high) {
      const between = Math.ceil((low + high) / 2);
      if ((pageElement(between)?.offsetTop ?? 0) <= middle) low = between;
      else high = between - 1;
    }
    setPage(low);
  };
  const smaller = steps.findLast((step) => step < scale - 0.01);
  const larger = steps.find((step) => step > scale + 0.01);

  return (
    <PreviewFrame
      info={
        <Group gap={6} wrap="nowrap">
          <Tool icon={IconChevronLeft} label={t('pdf.previous')} disabled={page <= 1} onClick={() => goTo(page - 1)} />
          <NumberInput
            aria-label={t('pdf.page')}
            value={page}
            min={1}
            max={Math.max(1, pages.length)}
            allowDecimal={false}
            clampBehavior="strict"
            hideControls
            w={56}
            size="xs"
            onChange={(value) => typeof value === 'number' && value >= 1 && goTo(value)}
          />
          <Text span size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {t('pdf.of', { pages: pages.length })}
          </Text>
          <Tool icon={IconChevronRight} label={t('pdf.next')} disabled={page >= pages.length} onClick={() => goTo(page + 1)} />
        </Group>
      }
      tools={
        <>
          <Tool icon={IconMinus} label={t('preview.zoomOut')} disabled={smaller === undefined} onClick={() => setZoom(smaller)} />
          <Tool icon={IconPlus} label={t('preview.zoomIn')} disabled={larger === undefined} onClick={() => setZoom(larger)} />
          <Tool icon={IconArrowsMaximize} label={t('preview.fit')} pressed={zoom === undefined} onClick={() => setZoom(zoom === undefined ? 1 : undefined)} />
        </>
      }
    >
      <Box
        ref={area}
        className={`${classes.body} ${classes.pages}`}
        tabIndex={0}
        role="region"
        aria-label={t('pdf.pages')}
        onScroll={noticeScroll}
      >
        {width > 0 &&
          pages.map((number) => (
            <PdfPage
              key={number}
              document={document}
              number={number}
              scale={scale}
              expected={first}
              area={area}
              label={`${title}: ${t('pdf.pageLabel', { page: number, pages: pages.length })}`}
            />
          ))}
      </Box>
    </PreviewFrame>
  );
}

function Password({ isWrong, onOpen }: { isWrong: boolean; onOpen: (password: string) => void }) {
  const { t } = useTranslation('document');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onOpen(String(new FormData(event.currentTarget).get('password') ?? ''));
  };
  return (
    <PreviewFrame>
      <Box component="form" onSubmit={submit} p="xl" maw={420} mx="auto" w="100%">
        <PasswordInput name="password" label={t('pdf.password')} error={isWrong ? t('pdf.passwordWrong') : undefined} autoComplete="off" mb="sm" />
        <Button type="submit">{t('pdf.open')}</Button>
      </Box>
    </PreviewFrame>
  );
}
