import 'package:intl/intl.dart';

import 'settings_words.dart';

/// The English texts of settings and conflicts.
mixin EnglishSettingsWords implements SettingsWords {
  // Settings.
  @override
  String get settings => 'Settings';
  @override
  String get unitLead => 'Weights are shown in this unit. What you wrote down stays as it is.';
  @override
  String get account => 'Account';
  @override
  String get help => 'Help';
  @override
  String get report => 'Report';
  @override
  String get reportLead => 'For whoever helps you: states and times, no weights and no passwords.';
  @override
  String get copyReport => 'Copy report';
  @override
  String get reportCopied => 'Report copied';
  @override
  String get changePassword => 'Change password';
  @override
  String get changePasswordLead => 'Your other devices will have to sign in again.';
  @override
  String get currentPassword => 'Current password';
  @override
  String get newPassword => 'New password';
  @override
  String get passwordChanged => 'Password changed';
  @override
  String get signOut => 'Sign out';
  @override
  String get signOutLead => 'Your weights leave this device and stay on the server.';
  @override
  String signOutUnsent(int count) => Intl.plural(
    count,
    one: 'One change has not been sent yet. Keep it here until you sign in again, or discard it?',
    other: '$count changes have not been sent yet. Keep them here until you sign in again, or discard them?',
    locale: 'en',
  );
  @override
  String get keepAndSignOut => 'Keep and sign out';
  @override
  String get discardAndSignOut => 'Discard and sign out';
  @override
  String get deleteAccount => 'Delete account';
  @override
  String get confirmWithGoogle => 'Confirm with Google and delete account';
  @override
  String get deleteAccountLead =>
      'All your weights are erased, here, on the server and on your other devices. This cannot be undone.';

  // Conflicts.
  @override
  String get conflicts => 'Changed twice';
  @override
  String get conflictsLead => 'The later change was taken. You can decide otherwise.';
  @override
  String get noConflicts => 'Nothing to decide';
  @override
  String get noConflictsLead => 'All your devices agree.';
  @override
  String get thisDevice => 'This device';
  @override
  String get otherDevice => 'Other device';
  @override
  String get standsNow => 'Stands now';
  @override
  String get deletedVersion => 'Deleted';
  @override
  String editedAt(String time) => 'Changed $time';
  @override
  String get keepMine => 'Keep mine';
  @override
  String get keepTheirs => 'Keep theirs';
  @override
  String get keepBoth => 'Keep both';
  @override
  String get undoOverwrite => 'Undo: bring theirs back';
  @override
  String get bringMineBack => 'Bring mine back';
  @override
  String get youOverwrote => 'Your change replaced one from another device.';
  @override
  String get newerOnServer => 'A later change from another device replaced yours.';
  @override
  String get deletedOnServer => 'It was deleted on another device.';
  @override
  String get goneOnServer => 'The server no longer has this weight.';
  @override
  String get settled => 'Settled';
}
