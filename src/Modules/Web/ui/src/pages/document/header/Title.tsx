import { ActionIcon, Button, Group, TextInput, Title as Heading, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce, useErrorText } from '@/components';
import classes from './DocumentHeader.module.css';

const longest = 255;

interface Props {
  title: string;
  isEditing: boolean;
  /** Missing when it may not be changed. */
  onEdit: (() => void) | undefined;
  onRename: (title: string) => Promise<void>;
  onDone: () => void;
}

/** The heading of the page, and the field that takes its place to rename the document. */
export function Title({ title, isEditing, onEdit, onRename, onDone }: Props) {
  const { t } = useTranslation('document');
  const pencil = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    document.title = `${title} · Kilo`;
  }, [title]);
  useEffect(() => {
    // The focus returns to where renaming began.
    if (wasEditing.current && !isEditing) pencil.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);

  if (isEditing) return <TitleField title={title} onRename={onRename} onDone={onDone} />;
  return (
    <div className={classes.heading}>
      <Heading order={1} size="h2">
        {title}
      </Heading>
      {onEdit !== undefined && (
        <Tooltip label={`${t('action.rename')} (F2)`}>
          <ActionIcon ref={pencil} variant="subtle" color="gray" c="dimmed" size="lg" aria-label={t('action.rename')} onClick={onEdit}>
            <IconPencil size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

function TitleField({ title, onRename, onDone }: Pick<Props, 'title' | 'onRename' | 'onDone'>) {
  const { t } = useTranslation('document');
  const { t: common } = useTranslation();
  const errorText = useErrorText();
  const [text, setText] = useState(title);
  const field = useRef<HTMLInputElement>(null);
  const renaming = useMutation({
    mutationFn: onRename,
    onSuccess: () => {
      announce(t('rename.done', { title: text.trim() }));
      onDone();
    },
  });
  const isEmpty = text.trim() === '';

  useEffect(() => {
    // The name is selected without its extension, which seldom changes.
    const dot = title.lastIndexOf('.');
    field.current?.focus();
    field.current?.setSelectionRange(0, dot > 0 ? dot : title.length);
  }, [title]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isEmpty || renaming.isPending) return;
    if (text.trim() === title) onDone();
    else renaming.mutate(text.trim());
  };

  return (
    <form onSubmit={submit}>
      <h1 className="visually-hidden">{title}</h1>
      <Group gap="xs" align="flex-start" mb={4}>
        <TextInput
          ref={field}
          aria-label={t('rename.label')}
          value={text}
          maxLength={longest}
          flex="1 1 260px"
          error={isEmpty ? t('rename.empty') : renaming.isError ? errorText(renaming.error) : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && onDone()}
        />
        <Button type="submit" loading={renaming.isPending} disabled={isEmpty}>
          {common('action.save')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {common('action.cancel')}
        </Button>
      </Group>
    </form>
  );
}
