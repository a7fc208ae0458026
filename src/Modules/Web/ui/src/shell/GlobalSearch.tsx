import { Combobox, Group, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, type DocumentDetails, keys } from '@/api';
import { FileIcon, useErrorText } from '@/components';
import { libraryNameOf } from '@/library/libraryName';
import { useSession } from '@/session/session';
import { searchInputId } from './focusSearch';

const most = 20;
const typingPauseMs = 180;

/** Find as you type, over every library that the person may see. */
export function GlobalSearch() {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const errorText = useErrorText();
  const [text, setText] = useState('');
  const [sought] = useDebouncedValue(text.trim(), typingPauseMs);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const search = useQuery({
    queryKey: keys.search(sought),
    enabled: sought !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => body(await api.GET('/api/documents', { signal, params: { query: { q: sought, limit: most } } })),
  });
  const { selectFirstOption } = combobox;
  useEffect(() => {
    if (search.data !== undefined) selectFirstOption();
  }, [search.data, selectFirstOption]);
  const found = sought === '' ? [] : (search.data?.items ?? []);

  const open = (id: string) => {
    combobox.closeDropdown();
    setText('');
    void navigate({ to: '/documents/$id', params: { id } });
  };

  return (
    <Combobox store={combobox} onOptionSubmit={open} shadow="md">
      <Combobox.Target>
        <TextInput
          id={searchInputId}
          type="search"
          radius="xl"
          value={text}
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          leftSection={<IconSearch size={18} stroke={1.6} />}
          rightSection={search.isFetching && text !== '' ? <Loader size={16} /> : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={sought === '' || text.trim() === ''}>
        <Combobox.Options mah={420} style={{ overflowY: 'auto' }} aria-label={t('search.results')}>
          {found.map((document) => (
            <Combobox.Option value={document.id} key={document.id}>
              <Found document={document} />
            </Combobox.Option>
          ))}
          {search.isError && <Combobox.Empty role="alert">{errorText(search.error)}</Combobox.Empty>}
          {search.isSuccess && found.length === 0 && !search.isPlaceholderData && (
            <Combobox.Empty>{t('search.nothing', { text: sought })}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Found({ document }: { document: DocumentDetails }) {
  const { t } = useTranslation('shell');
  const { id } = useSession();
  const library = libraryNameOf(document.library, id);
  const place = [library === 'personal' ? t('navigation.library') : library === 'shared' ? t('navigation.shared') : document.library];
  if (document.folder !== '') place.push(...document.folder.split('/'));
  return (
    <Group gap="sm" wrap="nowrap">
      <FileIcon mediaType={document.mediaType} name={document.title} />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" truncate>
          {document.title}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {place.join(' › ')}
        </Text>
      </div>
    </Group>
  );
}
