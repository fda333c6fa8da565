import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

/// Names of packages that an app has beside this one, and of classes that most apps have themselves.
const _taken = {
  'connectivity_plus': {'Connectivity', 'ConnectivityResult'},
  'firebase_auth and supabase': {'User', 'Session', 'AuthState', 'AuthException'},
  'powersync': {'SyncStatus', 'Table', 'Column', 'Schema'},
  'drift': {'Database', 'Table'},
  'an app of its own': {'Preferences', 'Screens', 'Words', 'Strings', 'Conflict', 'AppTheme', 'Settings', 'Result'},
};

void main() {
  test('no exported class has a name that an app probably has already', () {
    final exported = RegExp("^export '([^']+)'", multiLine: true)
        .allMatches(File('lib/weight_sync.dart').readAsStringSync())
        .map((match) => File('lib/${match.group(1)}').readAsStringSync());
    final declaration = RegExp(r'^(?:\w+ )*(?:class|enum|mixin|typedef|extension type) (\w+)', multiLine: true);
    final names = {for (final source in exported) ...declaration.allMatches(source).map((match) => match.group(1)!)};
    expect(names, containsAll(['WeightSync', 'WeightEntry', 'SyncIndicator', 'FolderInUse']));
    for (final MapEntry(key: package, value: theirs) in _taken.entries) {
      expect(names.intersection(theirs), isEmpty, reason: package);
    }
  });
}
