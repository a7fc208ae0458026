import { Badge, Button, Group, TagsInput } from '@mantine/core';
import { IconTags } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

const mostTags = 20;
const longestTag = 50;

interface Props {
  tags: readonly string[];
  isEditing: boolean;
  onEdit: (() => void) | undefined;
  /** Resolves to whether they were saved. */
  onSave: (tags: string[]) => Promise<boolean>;
  onDone: () => void;
}

export function Tags({ tags, isEditing, onEdit, onSave, onDone }: Props) {
  const { t } = useTranslation('document');
  if (isEditing) return <TagsField tags={tags} onSave={onSave} onDone={onDone} />;
  if (tags.length === 0 && onEdit === undefined) return null;
  return (
    <Group gap={6} mt={6}>
      {tags.map((tag) => (
        <Badge key={tag} variant="default" tt="none" fw={500} maw={260}>
          {tag}
        </Badge>
      ))}
      {onEdit !== undefined && (
        <Button variant="subtle" size="compact-sm" leftSection={<IconTags size={16} />} onClick={onEdit}>
          {tags.length === 0 ? t('tags.none') : t('action.tags')}
        </Button>
      )}
    </Group>
  );
}

function TagsField({ tags, onSave, onDone }: Pick<Props, 'tags' | 'onSave' | 'onDone'>) {
  const { t } = useTranslation('document');
  const { t: common } = useTranslation();
  const [chosen, setChosen] = useState([...tags]);
  const [typed, setTyped] = useState('');
  const [isSaving, setSaving] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const last = typed.trim();
    setSaving(true);
    const isSaved = await onSave(last === '' ? chosen : [...new Set([...chosen, last])]);
    setSaving(false);
    if (isSaved) onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group gap="xs" align="flex-start" mt={6}>
        <TagsInput
          autoFocus
          aria-label={t('tags.label')}
          description={t('tags.hint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder={chosen.length === 0 ? t('tags.placeholder') : undefined}
          value={chosen}
          searchValue={typed}
          onSearchChange={setTyped}
          maxTags={mostTags}
          maxLength={longestTag}
          splitChars={[',', ';']}
          flex="1 1 260px"
          maw={520}
          onChange={setChosen}
          onKeyDown={(event) => event.key === 'Escape' && onDone()}
        />
        <Button type="submit" loading={isSaving}>
          {common('action.save')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {common('action.cancel')}
        </Button>
      </Group>
    </form>
  );
}
