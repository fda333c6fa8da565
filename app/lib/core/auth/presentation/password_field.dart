import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';

/// A password field with a button that shows the text.
class PasswordField extends StatefulWidget {
  /// A field labelled [label].
  const PasswordField({
    required this.controller,
    required this.label,
    this.helper,
    this.isNew = false,
    this.validator,
    this.onSubmitted,
    super.key,
  });

  /// Holds the text.
  final TextEditingController controller;

  /// The field's label.
  final String label;

  /// A hint shown below the field.
  final String? helper;

  /// Whether a password manager should suggest a new password.
  final bool isNew;

  /// Returns an error text, or null.
  final FormFieldValidator<String>? validator;

  /// Called when the user submits from the keyboard.
  final VoidCallback? onSubmitted;

  @override
  State<PasswordField> createState() => _PasswordFieldState();
}

class _PasswordFieldState extends State<PasswordField> {
  bool _isHidden = true;

  @override
  Widget build(BuildContext context) {
    final words = WeightWords.of(context);
    return TextFormField(
      controller: widget.controller,
      obscureText: _isHidden,
      autofillHints: [if (widget.isNew) AutofillHints.newPassword else AutofillHints.password],
      decoration: InputDecoration(
        labelText: widget.label,
        helperText: widget.helper,
        prefixIcon: const Icon(Icons.lock_outline),
        suffixIcon: IconButton(
          tooltip: _isHidden ? words.showPassword : words.hidePassword,
          icon: Icon(_isHidden ? Icons.visibility : Icons.visibility_off),
          onPressed: () => setState(() => _isHidden = !_isHidden),
        ),
      ),
      validator: widget.validator,
      onFieldSubmitted: (_) => widget.onSubmitted?.call(),
    );
  }
}
