import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';

/// A field for an e-mail address.
class EmailField extends StatelessWidget {
  /// A field whose text is in [controller].
  const EmailField({required this.controller, super.key});

  /// Holds the text.
  final TextEditingController controller;

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    return TextFormField(
      controller: controller,
      keyboardType: TextInputType.emailAddress,
      textInputAction: TextInputAction.next,
      autocorrect: false,
      autofillHints: const [AutofillHints.username, AutofillHints.email],
      decoration: InputDecoration(labelText: words.email, prefixIcon: const Icon(Icons.mail_outline)),
      validator: (text) {
        final address = (text ?? '').trim();
        final at = address.indexOf('@');
        return at > 0 && at < address.length - 1 ? null : words.emailMissing;
      },
    );
  }
}
