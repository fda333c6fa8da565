import 'dart:async';

import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';

/// Says at the bottom of the screen that a weight was deleted; "undo" calls [restore]. Stays until it is dismissed if the
/// person navigates with a screen reader or the like.
void offerUndo(ScaffoldMessengerState messenger, WeightWords words, Future<void> Function() restore) {
  messenger
    ..hideCurrentSnackBar()
    ..showSnackBar(
      SnackBar(
        content: Text(words.weightDeleted),
        persist: MediaQuery.accessibleNavigationOf(messenger.context),
        action: SnackBarAction(label: words.undo, onPressed: () => unawaited(_undo(messenger, words, restore))),
      ),
    );
}

Future<void> _undo(ScaffoldMessengerState messenger, WeightWords words, Future<void> Function() restore) async {
  try {
    await restore();
  } on StateError {
    // Another user has signed in since: the entry is not theirs.
  } on Exception {
    messenger.showSnackBar(SnackBar(content: Text(words.storageTrouble)));
  }
}
