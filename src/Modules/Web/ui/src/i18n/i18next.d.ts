import 'i18next';
import type activity from '../locales/en/activity.json';
import type admin from '../locales/en/admin.json';
import type common from '../locales/en/common.json';
import type document from '../locales/en/document.json';
import type home from '../locales/en/home.json';
import type library from '../locales/en/library.json';
import type profile from '../locales/en/profile.json';
import type reports from '../locales/en/reports.json';
import type shell from '../locales/en/shell.json';
import type sql from '../locales/en/sql.json';
import type trash from '../locales/en/trash.json';
import type uploads from '../locales/en/uploads.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: {
      activity: typeof activity;
      admin: typeof admin;
      common: typeof common;
      document: typeof document;
      home: typeof home;
      library: typeof library;
      profile: typeof profile;
      reports: typeof reports;
      shell: typeof shell;
      sql: typeof sql;
      trash: typeof trash;
      uploads: typeof uploads;
    };
  }
}
