"""The catalogue: categories, products, variants, images, product notices, listing review, search."""
