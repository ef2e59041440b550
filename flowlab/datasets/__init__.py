"""Image pairs with known flow."""
