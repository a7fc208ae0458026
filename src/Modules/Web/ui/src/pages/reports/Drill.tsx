import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Reports.module.css';

interface Props {
  text: string;
  /** Of what the documents are shown, where that is more than the text. */
  of?: string;
  onOpen: () => void;
}

/** A name that leads to the documents behind it. */
export function Drill({ text, of = text, onOpen }: Props) {
  const { t } = useTranslation('reports');
  return (
    <UnstyledButton className={classes.drill} title={t('drill')} aria-label={t('drillOf', { of })} onClick={onOpen}>
      {text}
    </UnstyledButton>
  );
}
