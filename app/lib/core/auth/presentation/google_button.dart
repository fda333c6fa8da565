import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';

/// The button for sign-in with Google, below the form for address and password.
class GoogleButton extends StatelessWidget {
  /// A tap calls [onPressed]; null disables the button.
  const GoogleButton({required this.onPressed, super.key});

  /// Called on a tap.
  final VoidCallback? onPressed;

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    final quiet = Theme.of(
      context,
    ).textTheme.bodyMedium?.copyWith(color: Theme.of(context).colorScheme.onSurfaceVariant);
    return Column(
      crossAxisAlignment: CrossAxisAlignment.stretch,
      children: [
        const SizedBox(height: 20),
        Row(
          children: [
            const Expanded(child: Divider()),
            Padding(
              padding: const EdgeInsets.symmetric(horizontal: 12),
              child: Text(words.or, style: quiet),
            ),
            const Expanded(child: Divider()),
          ],
        ),
        const SizedBox(height: 20),
        OutlinedButton.icon(
          onPressed: onPressed,
          icon: const Icon(Icons.account_circle),
          label: Text(words.continueWithGoogle, textAlign: TextAlign.center),
        ),
      ],
    );
  }
}
