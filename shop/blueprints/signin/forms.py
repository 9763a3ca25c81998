"""The library's forms where ours ask for more: a name when an account is opened, the present password when it is changed."""

from flask_security import ChangePasswordForm, RegisterFormV2
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from shop.kernel.korean import normal
from shop.translating import lazy as _l


class RegisterForm(RegisterFormV2):
    """Name, e-mail, password."""

    name = StringField(
        _l("이름"), filters=[lambda text: normal(text) if text else text], render_kw={"autocomplete": "name"},
        validators=[DataRequired(_l("이름을 적어 주세요.")), Length(max=80, message=_l("이름은 80자까지 적을 수 있습니다."))],
    )


class OwnPasswordForm(ChangePasswordForm):
    """The present password and the new one twice."""

    password = PasswordField(
        _l("지금 비밀번호"), render_kw={"autocomplete": "current-password"},
        validators=[InputRequired(_l("지금 비밀번호를 적어 주세요."))],
    )
