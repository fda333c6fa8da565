import 'package:intl/intl.dart';

import 'english_settings_words.dart';
import 'words.dart';

/// The English texts.
class EnglishWords extends Words with EnglishSettingsWords {
  /// The English texts.
  const EnglishWords();

  @override
  String get language => 'English';

  // Shared.
  @override
  String get cancel => 'Cancel';
  @override
  String get undo => 'Undo';
  @override
  String get delete => 'Delete';
  @override
  String get save => 'Save';
  @override
  String get somethingWrong => 'That did not work. Please try again.';
  @override
  String get storageTrouble => 'This device could not store it. Is its memory full?';
  @override
  String get kilograms => 'Kilograms';
  @override
  String get pounds => 'Pounds';
  @override
  String get stones => 'Stones';

  // Sign-in.
  @override
  String get signIn => 'Sign in';
  @override
  String get signInLead => 'Your weights, safe and on all your devices.';
  @override
  String get signInAgain => 'Sign in again';
  @override
  String get signInAgainLead =>
      'Your session has ended. Everything on this device is kept and will be sent once you have signed in.';
  @override
  String get createAccount => 'Create account';
  @override
  String get createAccountLead => 'Nobody but you sees your weights.';
  @override
  String get toCreateAccount => 'New here? Create an account';
  @override
  String get toSignIn => 'I have an account';
  @override
  String get email => 'E-mail address';
  @override
  String get password => 'Password';
  @override
  String get showPassword => 'Show password';
  @override
  String get hidePassword => 'Hide password';
  @override
  String get emailMissing => 'Enter an e-mail address, like name@example.org.';
  @override
  String get passwordMissing => 'Enter your password.';
  @override
  String passwordLength(int shortest, int longest) => '$shortest to $longest characters';
  @override
  String get accountWasDeleted => 'Your account was deleted. Its data has been erased from this device.';
  @override
  String get wrongCredentials => 'Address and password don’t match. Check both and try again.';
  @override
  String get wrongPassword => 'That is not your current password.';
  @override
  String get emailTaken => 'This address already has an account. Sign in instead.';
  @override
  String get registrationClosed => 'This server does not accept new accounts. Ask its operator.';
  @override
  String get or => 'or';
  @override
  String get continueWithGoogle => 'Continue with Google';
  @override
  String get googleFailed => 'Signing in with Google did not work. Please try again.';
  @override
  String get googleUnavailable =>
      'Sign-in with Google is not available on this server now. Use your e-mail address and password.';
  @override
  String get googleUnverified => 'Verify your address with Google first.';
  @override
  String get googleDiffers => 'Please choose the Google account that you used here before.';
  @override
  String get managedElsewhere =>
      'Your account belongs to another service. Please change or delete it where you made it.';
  @override
  String get invalidFields => 'Something in the form is not right. Check what is marked.';
  @override
  String tooManyAttempts(int seconds) => 'Too many attempts. Try again in $seconds s.';
  @override
  String get sessionOver => 'Your session has ended. Please sign in again.';
  @override
  String get serverUnreachable => 'The server can’t be reached. Check your connection and try again.';
  @override
  String get serverTrouble => 'The server has a problem of its own. Nothing is lost.';

  // List.
  @override
  String get weight => 'Weight';
  @override
  String get addWeight => 'Add weight';
  @override
  String get emptyTitle => 'No weights yet';
  @override
  String get emptyLead => 'Add today’s weight to begin. It works offline, too.';
  @override
  String get latest => 'Latest';
  @override
  String get noChange => 'Unchanged';
  @override
  String changeSince(String change, String date) => '$change since $date';
  @override
  String get nothingInRange => 'No weights in this period';
  @override
  String get showTable => 'All weights';
  @override
  String get range => 'Period';
  @override
  String get rangeMonth => '1 M';
  @override
  String get rangeQuarter => '3 M';
  @override
  String get rangeYear => '1 Y';
  @override
  String get rangeAll => 'All';
  @override
  String get rangeMonthSpoken => 'One month';
  @override
  String get rangeQuarterSpoken => 'Three months';
  @override
  String get rangeYearSpoken => 'One year';
  @override
  String get rangeAllSpoken => 'All time';
  @override
  String chartSpoken({required int count, required String lowest, required String highest, required String latest}) =>
      "${Intl.plural(count, one: 'Chart of one weight', other: 'Chart of $count weights', locale: 'en')}. Lowest $lowest, highest $highest, latest $latest.";
  @override
  String get markPending => 'Not sent yet';
  @override
  String get markOvertaken => 'Changed on another device';
  @override
  String get markRefused => 'Not accepted. Tap to correct';
  @override
  String get weightDeleted => 'Weight deleted';

  // Entry form.
  @override
  String get editWeight => 'Edit weight';
  @override
  String get unit => 'Unit';
  @override
  String get date => 'Date';
  @override
  String get time => 'Time';
  @override
  String get less => 'A tenth less';
  @override
  String get more => 'A tenth more';
  @override
  String get notANumber => 'Enter a number, like 72.5';
  @override
  String outOfRange(String least, String most) => 'Between $least and $most, please';
  @override
  String get farOffTitle => 'Is that right?';
  @override
  String farOff(String weight, String other, String date) => '$weight is far from $other on $date.';
  @override
  String get saveAnyway => 'Save anyway';
  @override
  String get tooFarAhead => 'This time lies in the future.';
  @override
  String get tooLongAgo => 'The earliest possible year is 1900.';
  @override
  String get fieldRefused => 'The server did not accept this.';
  @override
  String get refusedLead => 'The server did not accept this weight. Correct it and save, or delete it.';
  @override
  String get keepsUnit => 'Entered in this unit; it stays exactly as entered.';

  // Sync.
  @override
  String get sync => 'Sync';
  @override
  String get syncNow => 'Sync now';
  @override
  String get syncOff => 'Not signed in';
  @override
  String get syncIdle => 'Everything is up to date';
  @override
  String syncIdlePending(int count) => Intl.plural(
    count,
    one: 'One change is about to be sent',
    other: '$count changes are about to be sent',
    locale: 'en',
  );
  @override
  String get syncUploading => 'Sending changes …';
  @override
  String get syncDownloading => 'Receiving changes …';
  @override
  String syncProgress(int done, int total) => '$done of $total';
  @override
  String get syncOffline => 'You are offline';
  @override
  String get syncRetrying => 'Sync will try again';
  @override
  String get syncNeedsSignIn => 'Please sign in again';
  @override
  String syncConflicts(int count) => Intl.plural(
    count,
    one: 'One weight was changed on two devices',
    other: '$count weights were changed on two devices',
    locale: 'en',
  );
  @override
  String get syncStalled => 'Sync needs your help';
  @override
  String get kept => 'Your weights are kept on this device.';
  @override
  String keptPending(int count) => Intl.plural(
    count,
    one: 'One change is kept on this device.',
    other: '$count changes are kept on this device.',
    locale: 'en',
  );
  @override
  String nextTry(String time) => 'Next try at $time.';
  @override
  String get rateLimited => 'The server asks for a short pause.';
  @override
  String entriesRefused(int count) => Intl.plural(
    count,
    one: 'The server did not accept one weight. It is marked in the list.',
    other: 'The server did not accept $count weights. They are marked in the list.',
    locale: 'en',
  );
  @override
  String newerData(int count) => Intl.plural(
    count,
    one: 'A newer version of this app wrote one weight here. It is kept. Please update the app.',
    other: 'A newer version of this app wrote $count weights here. They are kept. Please update the app.',
    locale: 'en',
  );
  @override
  String get dataDamaged =>
      'A part of the data on this device was damaged. What the server has is fetched again; please check your latest changes. A copy was kept.';
  @override
  String get understood => 'OK';
  @override
  String get incompatible => 'App and server don’t understand each other. Please update the app.';
  @override
  String get unexpected => 'Something went wrong in the app. Please send the report in the settings.';
  @override
  String get lastSync => 'Last sync';
  @override
  String get never => 'Never';
  @override
  String get waiting => 'Waiting to be sent';
  @override
  String edits(int count) =>
      Intl.plural(count, zero: 'Nothing', one: 'One change', other: '$count changes', locale: 'en');
  @override
  String get look => 'Have a look';
}
