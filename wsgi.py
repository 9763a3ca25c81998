"""What gunicorn serves: the shop, and in the demo the card provider's stand-in beside it."""

from shop import create_app
from shop.dev.mounting import mount_demo_parts

flask_app = create_app()
app = mount_demo_parts(flask_app)
