"""What tells about flowlab beside its code: pages, pictures, and the site that is made of them."""
