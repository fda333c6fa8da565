// Generated from lib/l10n/arb by tool/words.dart: change the texts there.
// dart format off
// ignore_for_file: unnecessary_brace_in_string_interps, public_member_api_docs, the texts explain each member

import 'package:flutter/widgets.dart';
import 'package:intl/intl.dart';

import '../weight_words_delegate.dart';
import 'weight_words_de.dart';
import 'weight_words_es.dart';
import 'weight_words_fr.dart';

/// All texts shown to the user, in English; a language is a subclass. An app can extend one to change single texts.
class WeightWords {
  const WeightWords();

  /// The texts in the language of [context]; English in an app without [delegate].
  static WeightWords of(BuildContext context) =>
      Localizations.of<WeightWords>(context, WeightWords) ?? const WeightWords();

  /// For the `localizationsDelegates` of an app.
  static const WeightWordsDelegate delegate = WeightWordsDelegate();

  /// The languages that have texts. An app may support others: they get English.
  static const List<Locale> supportedLocales = [Locale('en'), Locale('de'), Locale('es'), Locale('fr')];

  /// The texts in the language with this code; English if there are none.
  static WeightWords inLanguage(String code) => switch (code) {
    'de' => const WeightWordsDe(),
    'es' => const WeightWordsEs(),
    'fr' => const WeightWordsFr(),
    _ => const WeightWords(),
  };

  String get cancel => 'Cancel';
  String get undo => 'Undo';
  String get delete => 'Delete';
  String get save => 'Save';
  String get storageTrouble => 'This device could not store it. Is its memory full?';
  String get opening => 'Opening your weights …';
  String get openElsewhere => 'This app is already open in another window or tab.';
  String get cannotStore => 'This device cannot store your weights.';
  String get kilograms => 'Kilograms';
  String get pounds => 'Pounds';
  String get stones => 'Stones';
  String get signIn => 'Sign in';
  String get signInLead => 'Your weights, safe and on all your devices.';
  String get signInAgain => 'Sign in again';
  String get signInAgainLead => 'Your session has ended. Everything on this device is kept and will be sent once you have signed in.';
  String get createAccount => 'Create account';
  String get createAccountLead => 'Nobody but you sees your weights.';
  String get toCreateAccount => 'New here? Create an account';
  String get toSignIn => 'I have an account';
  String get email => 'E-mail address';
  String get password => 'Password';
  String get showPassword => 'Show password';
  String get hidePassword => 'Hide password';
  String get emailMissing => 'Enter an e-mail address, like name@example.org.';
  String get passwordMissing => 'Enter your password.';
  String passwordLength(int shortest, int longest) => '${shortest} to ${longest} characters';
  String get forgotPassword => 'Forgot password?';
  String get codeLead => 'Enter your address. You will get a mail with a code.';
  String get codeByOperator => 'This server sends no mail. Ask its operator for a code and enter it here.';
  String get sendCode => 'Send code';
  String get haveCode => 'I have a code';
  String codeSent(String email) => 'If ${email} can be used here, a mail with a code is on its way. The code is good for 30 minutes.';
  String get confirmAddress => 'Confirm your address';
  String get code => 'Code';
  String get codeMissing => 'Enter the code.';
  String get codeWrong => 'This code is wrong or no longer good. Check it, or ask for another one.';
  String get accountWasDeleted => 'Your account was deleted. Its data has been erased from this device.';
  String get onlyHere => 'Only on this device';
  String adoptTitle(int count) => Intl.plural(count, one: 'One weight on this device is not in your account', other: '${count} weights on this device are not in your account', locale: 'en');
  String get adoptLead => 'Add them, or keep them apart? Kept apart, they are shown when nobody is signed in.';
  String get adoptLater => 'They are kept. Once your account has loaded, they are added, or you are asked.';
  String get adopt => 'Add to the account';
  String get keepApart => 'Keep apart';
  String get wrongCredentials => 'Address and password don’t match. Check both and try again.';
  String get wrongPassword => 'That is not your current password.';
  String get emailTaken => 'This address already has an account. Sign in instead.';
  String get registrationClosed => 'This server does not accept new accounts. Ask its operator.';
  String get or => 'or';
  String get continueWithGoogle => 'Continue with Google';
  String get googleFailed => 'Signing in with Google did not work. Please try again.';
  String get googleUnavailable => 'Sign-in with Google is not available on this server now. Use your e-mail address and password.';
  String get googleUnverified => 'Verify your address with Google first.';
  String get googleDiffers => 'Please choose the Google account that you used here before.';
  String get managedElsewhere => 'Your account belongs to another service. Please change or delete it where you made it.';
  String get invalidFields => 'Something in the form is not right. Check what is marked.';
  String tooManyAttempts(int minutes) => 'Too many attempts. Try again in ${Intl.plural(minutes, one: 'a minute', other: '${minutes} minutes', locale: 'en')}.';
  String get sessionOver => 'Your session has ended. Please sign in again.';
  String get serverUnreachable => 'The server can’t be reached. Check your connection and try again.';
  String get serverTrouble => 'The server has a problem of its own. Nothing is lost.';
  String get weight => 'Weight';
  String get addWeight => 'Add weight';
  String get emptyTitle => 'No weights yet';
  String get emptyLead => 'Add today’s weight to begin. It works offline, too.';
  String get latest => 'Latest';
  String sameAsOn(String date) => 'Same as on ${date}';
  String changeSince(String change, String date) => '${change} since ${date}';
  String get nothingInRange => 'No weights in this period';
  String get rangeMonth => '1 M';
  String get rangeQuarter => '3 M';
  String get rangeYear => '1 Y';
  String get rangeAll => 'All';
  String get rangeMonthSpoken => 'One month';
  String get rangeQuarterSpoken => 'Three months';
  String get rangeYearSpoken => 'One year';
  String get rangeAllSpoken => 'All time';
  String chartSpoken(int count, String lowest, String highest, String latest) => '${Intl.plural(count, one: 'Chart of one weight', other: 'Chart of ${count} weights', locale: 'en')}. Lowest ${lowest}, highest ${highest}, latest ${latest}.';
  String get markPending => 'Not sent yet';
  String get markOvertaken => 'Changed on another device';
  String get markRefused => 'Not accepted. Tap to correct';
  String get weightDeleted => 'Weight deleted';
  String get editWeight => 'Edit weight';
  String get unit => 'Unit';
  String get date => 'Date';
  String get time => 'Time';
  String get less => 'A tenth less';
  String get more => 'A tenth more';
  String get notANumber => 'Enter a number, like 72.5';
  String outOfRange(String least, String most) => 'Enter ${least} to ${most}';
  String get farOffTitle => 'Is that right?';
  String farOff(String weight, String other, String date) => '${weight} is far from ${other} on ${date}.';
  String get saveAnyway => 'Save anyway';
  String get tooFarAhead => 'This time lies in the future.';
  String get tooLongAgo => 'The earliest possible year is 1900.';
  String get fieldRefused => 'The server did not accept this.';
  String get refusedLead => 'The server did not accept this weight. Correct it and save, or delete it.';
  String get quotaExceeded => 'The account is full, so the server did not accept this weight. It stays on this device. Ask the operator of the server for more room.';
  String get keepsUnit => 'Entered in this unit; it stays exactly as entered.';
  String get sync => 'Sync';
  String get syncNow => 'Sync now';
  String get syncOff => 'Not signed in';
  String get syncIdle => 'Everything is up to date';
  String syncIdlePending(int count) => Intl.plural(count, one: 'One change is about to be sent', other: '${count} changes are about to be sent', locale: 'en');
  String get syncUploading => 'Sending changes …';
  String get syncDownloading => 'Receiving changes …';
  String syncProgress(int done, int total) => '${done} of ${total}';
  String get syncOffline => 'No connection to the server';
  String get syncRetrying => 'Sync will try again';
  String get syncNeedsSignIn => 'Please sign in again';
  String syncConflicts(int count) => Intl.plural(count, one: 'One weight was changed on two devices', other: '${count} weights were changed on two devices', locale: 'en');
  String get syncStalled => 'Sync needs your help';
  String get kept => 'Your weights are kept on this device.';
  String keptPending(int count) => Intl.plural(count, one: 'One change is kept on this device.', other: '${count} changes are kept on this device.', locale: 'en');
  String nextTry(String time) => 'Next try at ${time}.';
  String get rateLimited => 'The server asks for a short pause.';
  String entriesRefused(int count) => Intl.plural(count, one: 'The server did not accept one weight. It is marked in the list.', other: 'The server did not accept ${count} weights. They are marked in the list.', locale: 'en');
  String newerData(int count) => Intl.plural(count, one: 'A newer version of this app wrote one weight here. It is kept. Please update the app.', other: 'A newer version of this app wrote ${count} weights here. They are kept. Please update the app.', locale: 'en');
  String get dataDamaged => 'A part of the data on this device was damaged. What the server has is fetched again; please check your latest changes. A copy was kept.';
  String lostByServer(int count) => Intl.plural(count, one: 'The server had lost one of your weights. It is restored from this device; you need not do anything.', other: 'The server had lost ${count} of your weights. They are restored from this device; you need not do anything.', locale: 'en');
  String get understood => 'OK';
  String get incompatible => 'App and server don’t understand each other. Please update the app.';
  String get unexpected => 'Something went wrong in the app. Please send the report in the settings.';
  String get lastSync => 'Last sync';
  String get never => 'Never';
  String get waiting => 'Waiting to be sent';
  String edits(int count) => Intl.plural(count, zero: 'Nothing', one: 'One change', other: '${count} changes', locale: 'en');
  String get look => 'Review';
  String get settings => 'Settings';
  String get unitLead => 'Weights are shown in this unit. What you wrote down stays as it is.';
  String get account => 'Account';
  String get help => 'Help';
  String get reportLead => 'For support: states and times, no weights and no passwords.';
  String get copyReport => 'Copy report';
  String get reportCopied => 'Report copied';
  String get changePassword => 'Change password';
  String get changePasswordLead => 'Your other devices will have to sign in again.';
  String get currentPassword => 'Current password';
  String get newPassword => 'New password';
  String get passwordChanged => 'Password changed';
  String get devices => 'Signed-in devices';
  String deviceSeen(String time) => 'Last seen ${time}';
  String get unnamedDevice => 'Unnamed device';
  String signOutDevice(String name) => 'Sign out ${name}?';
  String get signOutDeviceLead => 'It needs the password again to sync. What it has not sent yet stays on it.';
  String get tryAgain => 'Try again';
  String get signOut => 'Sign out';
  String get signOutLead => 'What should happen to the weights on this device? The server keeps those that it has.';
  String signOutUnsent(int count) => Intl.plural(count, one: 'One change has not been sent yet. It is lost if you remove the weights.', other: '${count} changes have not been sent yet. They are lost if you remove the weights.', locale: 'en');
  String get signOutHidden => 'You keep other weights apart on this device. The account’s weights will be hidden until you sign in again.';
  String get keepHere => 'Keep on this device';
  String get removeHere => 'Remove from this device';
  String get deleteAccount => 'Delete account';
  String get confirmWithGoogle => 'Confirm with Google and delete account';
  String get deleteAccountLead => 'All your weights are erased, here, on the server and on your other devices. This cannot be undone.';
  String get conflicts => 'Changed twice';
  String get conflictsLead => 'The later change was taken. You can decide otherwise.';
  String get noConflicts => 'Nothing to decide';
  String get noConflictsLead => 'All your devices agree.';
  String get thisDevice => 'This device';
  String get otherDevice => 'Other device';
  String get standsNow => 'Stands now';
  String get deletedVersion => 'Deleted';
  String editedAt(String time) => 'Changed ${time}';
  String get keepMine => 'Keep mine';
  String get keepTheirs => 'Keep theirs';
  String get keepBoth => 'Keep both';
  String get undoOverwrite => 'Undo: bring theirs back';
  String get bringMineBack => 'Bring mine back';
  String get youOverwrote => 'Your change replaced one from another device.';
  String get newerOnServer => 'A later change from another device replaced yours.';
  String get deletedOnServer => 'It was deleted on another device.';
  String get goneOnServer => 'The server no longer has this weight.';
}
