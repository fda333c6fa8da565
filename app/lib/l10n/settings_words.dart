// ignore_for_file: public_member_api_docs, the English texts explain each member

/// The texts of settings and conflicts; part of [Words], split off to keep the file short.
abstract interface class SettingsWords {
  // Settings.
  String get settings;
  String get unitLead;
  String get account;
  String get help;
  String get report;
  String get reportLead;
  String get copyReport;
  String get reportCopied;
  String get changePassword;
  String get changePasswordLead;
  String get currentPassword;
  String get newPassword;
  String get passwordChanged;
  String get signOut;
  String get signOutLead;
  String signOutUnsent(int count);
  String get keepAndSignOut;
  String get discardAndSignOut;
  String get deleteAccount;
  String get deleteAccountLead;
  String get confirmWithGoogle;

  // Conflicts.
  String get conflicts;
  String get conflictsLead;
  String get noConflicts;
  String get noConflictsLead;
  String get thisDevice;
  String get otherDevice;
  String get standsNow;
  String get deletedVersion;
  String editedAt(String time);
  String get keepMine;
  String get keepTheirs;
  String get keepBoth;
  String get undoOverwrite;
  String get bringMineBack;
  String get youOverwrote;
  String get newerOnServer;
  String get deletedOnServer;
  String get goneOnServer;
  String get settled;
}
