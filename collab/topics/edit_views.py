"""Beginning a topic, and changing its words."""

from collab.desk.views import Desk, forms
from collab.topics import services
from collab.topics.models import Topic

blueprint = forms(Desk(Topic, "topics", services.create))
