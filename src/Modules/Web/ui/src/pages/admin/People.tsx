import { ActionIcon, Avatar, Badge, Button, Group, Loader, Menu, Pagination, Text, TextInput } from '@mantine/core';
import {
  IconDotsVertical,
  IconLock,
  IconPassword,
  IconPlus,
  IconSearch,
  IconShield,
  IconShieldOff,
  IconUserCheck,
  IconUserOff,
  IconUserSearch,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '@/api';
import { EmptyState, ErrorState, ListSkeleton } from '@/components';
import { useFormat } from '@/format';
import { useSession } from '@/session/session';
import { useShortcut } from '@/shortcuts';
import { AddPerson } from './AddPerson';
import classes from './Admin.module.css';
import { pageOf, peopleQuery, peopleWith } from './people';
import { SetPassword } from './SetPassword';
import { usePersonActions } from './usePersonActions';

const pageSize = 25;

export function People() {
  const { t } = useTranslation('admin');
  const query = useQuery(peopleQuery);
  const [text, setText] = useState('');
  const [wantedPage, setWantedPage] = useState(1);
  const [adding, setAdding] = useState(false);
  const [losing, setLosing] = useState<User>();
  const found = peopleWith(query.data ?? [], text);
  const { items, page, pages } = pageOf(found, wantedPage, pageSize);
  useShortcut('n', t('people.add'), () => setAdding(true), t('title'));

  return (
    <>
      <Group justify="space-between" mb="md" gap="sm">
        <TextInput
          type="search"
          className={classes.find}
          aria-label={t('people.find')}
          placeholder={t('people.find')}
          leftSection={<IconSearch size={18} stroke={1.6} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setWantedPage(1);
          }}
        />
        <Button leftSection={<IconPlus size={18} />} onClick={() => setAdding(true)}>
          {t('people.add')}
        </Button>
      </Group>
      {query.isPending && <ListSkeleton label={t('people.loading')} rows={8} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data !== undefined && (
        <>
          <Text size="sm" c="dimmed" role="status" mb="xs">
            {t('people.count', { count: found.length })}
          </Text>
          {found.length === 0 ? (
            <EmptyState
              icon={IconUserSearch}
              title={t('people.nobody.title', { text })}
              actions={
                <Button variant="default" mt="sm" onClick={() => setText('')}>
                  {t('people.nobody.clear')}
                </Button>
              }
            >
              {t('people.nobody.text')}
            </EmptyState>
          ) : (
            <table className={classes.people}>
              <thead>
                <tr>
                  <th scope="col">{t('people.person')}</th>
                  <th scope="col">{t('people.role')}</th>
                  <th scope="col">{t('people.state')}</th>
                  <th scope="col">{t('people.since')}</th>
                  <th scope="col">
                    <span className="visually-hidden">{t('people.actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((person) => (
                  <PersonRow key={person.id} person={person} onSetPassword={() => setLosing(person)} />
                ))}
              </tbody>
            </table>
          )}
          {pages > 1 && (
            <Group justify="center" mt="lg" component="nav" aria-label={t('people.pages')}>
              <Pagination
                total={pages}
                value={page}
                onChange={setWantedPage}
                getItemProps={(number) => ({ 'aria-label': t('people.page', { number }) })}
                getControlProps={(control) => ({ 'aria-label': control === 'next' ? t('people.next') : t('people.previous') })}
              />
            </Group>
          )}
        </>
      )}
      <AddPerson opened={adding} onClose={() => setAdding(false)} />
      {losing !== undefined && <SetPassword person={losing} onClose={() => setLosing(undefined)} />}
    </>
  );
}

function PersonRow({ person, onSetPassword }: { person: User; onSetPassword: () => void }) {
  const { t } = useTranslation('admin');
  const format = useFormat();
  const { id: ownId } = useSession();
  const { setRole, disable, enable, changing } = usePersonActions();
  const { displayName, email, disabled, registeredAt } = person;
  const admin = person.role === 'admin';
  const own = person.id === ownId;

  return (
    <tr data-disabled={disabled || undefined}>
      <th scope="row" className={classes.person}>
        <Group gap="sm" wrap="nowrap">
          <Avatar name={displayName} color="kilo" size={36} aria-hidden />
          <div className={classes.names}>
            <Text fw={500} size="sm" component="div" className={classes.name}>
              {displayName} {own && <span className={classes.you}>{t('people.you')}</span>}
            </Text>
            <Text size="sm" c="dimmed" fw={400} component="div" className={classes.name}>
              {email}
            </Text>
          </div>
        </Group>
      </th>
      <td className={classes.role}>
        {admin ? (
          <Badge variant="light" leftSection={<IconShield size={13} aria-hidden />} className={classes.badge}>
            {t('people.roles.admin')}
          </Badge>
        ) : (
          <Text size="sm" span>
            {t('people.roles.member')}
          </Text>
        )}
      </td>
      <td className={classes.state}>
        {disabled ? (
          <Badge variant="outline" color="gray" leftSection={<IconLock size={13} aria-hidden />} className={classes.badge}>
            {t('people.states.disabled')}
          </Badge>
        ) : (
          <Text size="sm" span>
            {t('people.states.active')}
          </Text>
        )}
      </td>
      <td className={classes.since}>
        <Text size="sm" c="dimmed" span>
          <time dateTime={registeredAt}>{new Date(registeredAt).toLocaleDateString(format.language, { dateStyle: 'medium' })}</time>
        </Text>
      </td>
      <td className={classes.menu}>
        <Menu position="bottom-end" width={260}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('people.actionsOf', { name: displayName })}>
              {changing === person.id ? <Loader size={18} /> : <IconDotsVertical size={20} />}
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {admin ? (
              <Menu.Item leftSection={<IconShieldOff size={18} />} onClick={() => void setRole(person, 'member')}>
                {t('people.make.member')}
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconShield size={18} />} onClick={() => void setRole(person, 'admin')}>
                {t('people.make.admin')}
              </Menu.Item>
            )}
            {own ? (
              <Menu.Item component={Link} to="/profile" leftSection={<IconPassword size={18} />}>
                {t('people.ownPassword')}
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconPassword size={18} />} onClick={onSetPassword}>
                {t('people.setPassword')}
              </Menu.Item>
            )}
            <Menu.Divider />
            {disabled ? (
              <Menu.Item leftSection={<IconUserCheck size={18} />} onClick={() => enable(person)}>
                {t('people.enable')}
              </Menu.Item>
            ) : (
              <Menu.Item c="var(--mantine-color-error)" leftSection={<IconUserOff size={18} />} onClick={() => void disable(person)}>
                {t('people.disable')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  );
}
