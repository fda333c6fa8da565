import 'package:flutter/material.dart';

import '../../../core/auth/data_on_device.dart';
import '../../../l10n/generated/weight_words.dart';

/// Asks what becomes of the weights on this device; returns a [DataOnDevice], or null if the user stays signed in.
class SignOutDialog extends StatelessWidget {
  /// A dialog for a user with [unsent] unsent edits. [hidesKept] if other weights on this device are kept apart.
  const SignOutDialog({required this.unsent, required this.hidesKept, super.key});

  /// Entries with edits that would be lost.
  final int unsent;

  /// Whether weights that are kept are hidden.
  final bool hidesKept;

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    void answer(DataOnDevice? choice) => Navigator.of(context).pop(choice);
    return AlertDialog(
      title: Text(words.signOut),
      scrollable: true,
      content: Text(
        [
          words.signOutLead,
          if (unsent > 0) words.signOutUnsent(unsent),
          if (hidesKept) words.signOutHidden,
        ].join('\n\n'),
      ),
      actions: [
        TextButton(onPressed: () => answer(null), child: Text(words.cancel)),
        TextButton(onPressed: () => answer(DataOnDevice.remove), child: Text(words.removeHere)),
        TextButton(onPressed: () => answer(DataOnDevice.keep), child: Text(words.keepHere)),
      ],
    );
  }
}
