import 'package:intl/intl.dart';

import 'settings_words.dart';

/// The German texts of settings and conflicts.
mixin GermanSettingsWords implements SettingsWords {
  // Settings.
  @override
  String get settings => 'Einstellungen';
  @override
  String get unitLead => 'Gewichte werden in dieser Einheit gezeigt. Was Sie notiert haben, bleibt, wie es ist.';
  @override
  String get account => 'Konto';
  @override
  String get help => 'Hilfe';
  @override
  String get report => 'Bericht';
  @override
  String get reportLead => 'Für alle, die Ihnen helfen: Zustände und Zeiten, keine Gewichte und keine Passwörter.';
  @override
  String get copyReport => 'Bericht kopieren';
  @override
  String get reportCopied => 'Bericht kopiert';
  @override
  String get changePassword => 'Passwort ändern';
  @override
  String get changePasswordLead => 'Ihre anderen Geräte müssen sich danach erneut anmelden.';
  @override
  String get currentPassword => 'Derzeitiges Passwort';
  @override
  String get newPassword => 'Neues Passwort';
  @override
  String get passwordChanged => 'Passwort geändert';
  @override
  String get signOut => 'Abmelden';
  @override
  String get signOutLead => 'Ihre Gewichte verlassen dieses Gerät und bleiben auf dem Server.';
  @override
  String signOutUnsent(int count) => Intl.plural(
    count,
    one: 'Eine Änderung ist noch nicht gesendet. Hier aufheben, bis Sie sich wieder anmelden, oder verwerfen?',
    other: '$count Änderungen sind noch nicht gesendet. Hier aufheben, bis Sie sich wieder anmelden, oder verwerfen?',
    locale: 'de',
  );
  @override
  String get keepAndSignOut => 'Aufheben und abmelden';
  @override
  String get discardAndSignOut => 'Verwerfen und abmelden';
  @override
  String get deleteAccount => 'Konto löschen';
  @override
  String get confirmWithGoogle => 'Mit Google bestätigen und Konto löschen';
  @override
  String get deleteAccountLead =>
      'Alle Ihre Gewichte werden gelöscht: hier, auf dem Server und auf Ihren anderen Geräten. Das lässt sich nicht rückgängig machen.';

  // Conflicts.
  @override
  String get conflicts => 'Doppelt geändert';
  @override
  String get conflictsLead => 'Die spätere Änderung wurde übernommen. Sie können anders entscheiden.';
  @override
  String get noConflicts => 'Nichts zu entscheiden';
  @override
  String get noConflictsLead => 'Alle Ihre Geräte sind sich einig.';
  @override
  String get thisDevice => 'Dieses Gerät';
  @override
  String get otherDevice => 'Anderes Gerät';
  @override
  String get standsNow => 'Gilt jetzt';
  @override
  String get deletedVersion => 'Gelöscht';
  @override
  String editedAt(String time) => 'Geändert $time';
  @override
  String get keepMine => 'Meines behalten';
  @override
  String get keepTheirs => 'Das andere behalten';
  @override
  String get keepBoth => 'Beide behalten';
  @override
  String get undoOverwrite => 'Rückgängig: das andere zurückholen';
  @override
  String get bringMineBack => 'Meines zurückholen';
  @override
  String get youOverwrote => 'Ihre Änderung hat eine von einem anderen Gerät ersetzt.';
  @override
  String get newerOnServer => 'Eine spätere Änderung von einem anderen Gerät hat Ihre ersetzt.';
  @override
  String get deletedOnServer => 'Es wurde auf einem anderen Gerät gelöscht.';
  @override
  String get goneOnServer => 'Der Server hat dieses Gewicht nicht mehr.';
  @override
  String get settled => 'Erledigt';
}
