import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ApiError, keys, type User } from '@/api';
import { notifyDone, notifyFailed, useConfirm, useErrorText } from '@/components';
import { useSession } from '@/session/session';
import type { Role } from './people';

interface Change {
  person: User;
  to: { role?: Role; disabled?: boolean };
  done: string;
}

/** Roles, and who may sign in; asks before what locks somebody out. */
export function usePersonActions() {
  const { t } = useTranslation('admin');
  const { id: ownId } = useSession();
  const client = useQueryClient();
  const confirm = useConfirm();
  const errorText = useErrorText();

  const changing = useMutation({
    mutationFn: ({ person, to }: Change) => api.PATCH('/api/users/{id}', { params: { path: { id: person.id } }, body: to }),
    onSuccess: (_, { person, done }) => {
      notifyDone(done);
      void client.invalidateQueries({ queryKey: person.id === ownId ? keys.session : keys.users });
    },
    onError: (error) => notifyFailed(error instanceof ApiError && error.slug === 'last-administrator' ? t('problem.last-administrator') : errorText(error)),
  });

  const setRole = async (person: User, role: Role) => {
    const name = person.displayName;
    const sure =
      person.id !== ownId ||
      (await confirm({ title: t('own.role.title'), message: t('own.role.text'), confirm: t(`people.make.${role}`), danger: true }));
    if (sure) changing.mutate({ person, to: { role }, done: t(`people.made.${role}`, { name }) });
  };

  const disable = async (person: User) => {
    const own = person.id === ownId;
    const name = person.displayName;
    const sure = await confirm({
      title: own ? t('own.disable.title') : t('people.disabling.title', { name }),
      message: own ? t('own.disable.text') : t('people.disabling.text'),
      confirm: t('people.disable'),
      danger: true,
    });
    if (sure) changing.mutate({ person, to: { disabled: true }, done: t('people.isDisabled', { name }) });
  };

  const enable = (person: User) =>
    changing.mutate({ person, to: { disabled: false }, done: t('people.isEnabled', { name: person.displayName }) });

  return { setRole, disable, enable, changing: changing.isPending ? changing.variables.person.id : undefined };
}
